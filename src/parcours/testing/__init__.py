"""What tests and demos need: strategies for generated input, and an SMTP server to look into."""
