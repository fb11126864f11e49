"""How models are saved, loaded, copied and exported."""
