"""What phones tell about their own health: saves that failed, copies thrown away, items that are gone."""
