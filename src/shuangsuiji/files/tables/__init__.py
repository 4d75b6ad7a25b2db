"""Tables as offices have them, as rows of text with a place for each: text files and workbooks."""
