"""How replies are read, a file for each type of question; app/conversation/parse.py is the way in. All pure."""
