INSERT INTO id_role_perm (role_id, perm)
SELECT role_id, 'masterdata.partners' FROM id_role_perm WHERE perm = 'masterdata.write';
