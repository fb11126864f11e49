"""Kinds of recipes: what they share, by what is learnt."""
