"""Online prescriptions: written from the hospital's formulary, signed, reviewed by a pharmacist, paid for."""
