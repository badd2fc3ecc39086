-- What becomes of pieces that failed at an operation: '' where that is not asked, rework, scrap.
ALTER TABLE qa_judgement ADD COLUMN then_do TEXT NOT NULL DEFAULT '';
