"""Who is who by public sources: claims with source and as-of date, side by side, and what they give for a day."""
