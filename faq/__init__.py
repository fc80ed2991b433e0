"""What a shop knows and says once: articles in several languages, the search that finds them, the help centre that shows them, and what readers' questions teach."""
