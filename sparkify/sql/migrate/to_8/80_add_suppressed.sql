-- Records of a batch whose user is forgotten.
alter table batches add column suppressed bigint default 0
