DROP TABLE chosen_songs
