-- What is different for each who deploys this app. Change it before you deploy.
return {
  -- The account names (as in @name) of those who put up events, see what is sold and know the door's code. An account's name belongs to one
  -- person and is checked by Stoa, so nothing secret stands here.
  organisers = { "alice" },
  -- What prices are in (ISO 4217), and how many of its smallest units are one: 100 for euros, 1 for yen.
  currency = "EUR",
  minor = 100,
  -- Tickets of one purchase, at most.
  most_tickets = 6,
  -- Tickets can be returned until so many hours before the event.
  return_hours = 24,
}
