"""Conversations: what shoppers, the bot and people of the shop say to each other, live, and the desk where it is answered."""
