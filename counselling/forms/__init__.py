"""The doors for input of counselling, a module for each of its pages' families."""
