"""What the kiosk shows, one scene a module: each is a value, and each step gives the scene to show next."""
