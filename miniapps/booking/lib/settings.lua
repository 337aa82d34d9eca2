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
  -- Titles and texts are names of texts in locales; where there is no such text, they are shown as they stand here.
  services = {
    { id = "cut", title = "service_cut", minutes = 30, price = 2800, text = "service_cut_text" },
    { id = "beard", title = "service_beard", minutes = 30, price = 1500, text = "service_beard_text" },
    { id = "both", title = "service_both", minutes = 60, price = 4000 },
    { id = "colour", title = "service_colour", minutes = 90, price = 7500, text = "service_colour_text", staff = { "anna" } },
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
