"""The web shell of every service: the app, who may do what, languages, forms, errors and the layout of the pages."""
