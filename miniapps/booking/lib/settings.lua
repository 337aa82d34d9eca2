-- What is different for each place. Change it before you deploy.
return {
  title = "Scissors & Co.",
  place = "Main Street 2, 10115 Berlin",
  phone = "+49 30 1234567",
  -- Minutes that the clock here is ahead of UTC. It changes with summer time; deploy again then.
  utc_offset = 60,
  days = 14,         -- how far ahead appointments are given
  step = 30,         -- minutes from one beginning to the next; hours and services are multiples of it
  notice = 60,       -- minutes ahead of which somebody can still come
  cancel_until = 120, -- minutes ahead of which an appointment can be cancelled on the page
  most = 3,          -- appointments that one person can have open
  currency = "EUR",
  services = {
    { id = "cut", title = "Haircut", minutes = 30, price = 2800, text = "Wash, cut, dry." },
    { id = "beard", title = "Beard", minutes = 30, price = 1500, text = "Trimmed and shaped, with a hot towel." },
    { id = "both", title = "Haircut and beard", minutes = 60, price = 4000 },
    { id = "colour", title = "Colour", minutes = 90, price = 7500, text = "Advice, colour, wash and dry.", staff = { "anna" } },
  },
  -- `hours` by weekday; a day without them is free.
  staff = {
    { id = "anna", name = "Anna", hours = {
      mon = { "09:00-13:00", "14:00-18:00" }, tue = { "09:00-13:00", "14:00-18:00" }, wed = { "09:00-13:00" },
      thu = { "09:00-13:00", "14:00-18:00" }, fri = { "09:00-13:00", "14:00-18:00" },
    } },
    { id = "ben", name = "Ben", hours = {
      tue = { "11:00-19:00" }, wed = { "11:00-19:00" }, thu = { "11:00-19:00" }, fri = { "11:00-19:00" }, sat = { "10:00-16:00" },
    } },
  },
}
