"""The picture of a visit: seats, and what two browsers tell each other until they find their way."""
