DROP TABLE chosen_artists
