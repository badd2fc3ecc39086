-- What customers pay has a permission of its own; who could see prices before sees them still.
INSERT INTO id_role_perm (role_id, perm) SELECT role_id, 'see.sales_price' FROM id_role_perm WHERE perm = 'see.price';
UPDATE id_key SET perms = perms || ' see.sales_price' WHERE ' ' || perms || ' ' LIKE '% see.price %';
