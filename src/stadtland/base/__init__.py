"""What every room needs: figures, errors, texts, numbers in the reader's language, canonical JSON, safe files."""
