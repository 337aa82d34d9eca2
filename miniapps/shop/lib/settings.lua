-- What is different for each shop. Change it before you deploy; prices are in the currency's smallest units.
return {
  currency = "EUR",
  delivery = 490,        -- what bringing it costs, and from which sum on it is free
  delivery_free = 4000,
  most = 99,             -- pieces of one thing in an order
  most_things = 50,      -- different things in an order
  pay_within = "30 minutes",
  -- Where and when things are picked up, and what the shop is called, are "pick_up_place" and "shop" in locales.
}
