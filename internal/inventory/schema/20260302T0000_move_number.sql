-- Moves are asked for by the number on their paper; without this the whole ledger is read.
CREATE INDEX inv_move_number ON inv_move (doc_number);
