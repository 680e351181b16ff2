"""Single sign-on of physicians and staff through the hospital's OpenID Connect provider; patients never."""
