-- Out: what was sent; in: what was taken in, and so what a person saw. A decision counts where they are the same.
ALTER TABLE messages ADD COLUMN shown TEXT;
