"""WordPress as a shop's website: posts and pages in and out. Only the front door knows this room."""
