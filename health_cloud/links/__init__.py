"""Links: chosen records for whoever holds a QR code and knows its passcode, for a while; each opening is seen."""
