"""The term of a district: its reports and duties, its assessment, and what becomes of its title."""
