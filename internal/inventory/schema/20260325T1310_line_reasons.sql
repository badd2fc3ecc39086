-- Why material is scrapped at a station: a list of its own beside what is scrapped of a supplier's rejects.
INSERT INTO inv_reason (id, kind, code, name_zh, name_en, active, ord) VALUES
  (101, 'line_scrap', 'broken', '加工损坏', 'Broken in work', TRUE, 1),
  (102, 'line_scrap', 'bad', '来料不良', 'Bad material', TRUE, 2),
  (103, 'line_scrap', 'setup', '调机用料', 'Used for set-up', TRUE, 3),
  (104, 'line_scrap', 'dirty', '脏污受潮', 'Dirty or wet', TRUE, 4),
  (105, 'line_scrap', 'rest', '余料太短无法再用', 'Rest too short to use', TRUE, 5);
