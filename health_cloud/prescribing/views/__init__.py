"""What browsers may know of prescribing."""
