-- route: a rule may name the product for which its people must be certified, whatever the lead says; a transfer may be of one product.

ALTER TABLE rule ADD COLUMN product_id INTEGER;
ALTER TABLE transfer ADD COLUMN product_id INTEGER;
