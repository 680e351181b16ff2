"""How it looks: theme, layout, forms, feedback, results and charts; no feature, no database."""
