"""What a reply means and what is said next."""
