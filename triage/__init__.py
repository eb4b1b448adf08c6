"""Is a claim corroborated, by whom, and who is only repeating whom?"""
