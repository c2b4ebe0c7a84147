"""Short messages: providers by request and by SMPP, their accounts and receipts."""
