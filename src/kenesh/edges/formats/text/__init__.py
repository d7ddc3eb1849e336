"""What people write: lists, tables and reports. The values in them are proposed, and a person confirms them."""
