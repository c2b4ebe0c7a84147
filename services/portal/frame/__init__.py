"""What every page is made with: who looks, the forms, the words in two languages, the templates, the headers."""
