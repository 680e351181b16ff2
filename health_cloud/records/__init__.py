"""The six record classes: entries with their results, medicines, texts and documents."""
