-- What is on the shelf at first. The owner's page changes it and adds to it; what was changed there lies in the store.
-- Titles, texts and categories are names of texts in locales; where there is no such text, they are shown as they stand here.
return {
  { sku = "coffee", category = "seed_drinks", title = "seed_coffee", price = 899, stock = 30, picture = "assets/coffee.png", text = "seed_coffee_text" },
  { sku = "juice", category = "seed_drinks", title = "seed_juice", price = 249, stock = 40, picture = "assets/juice.png", text = "seed_juice_text" },
  { sku = "rye", category = "seed_bakery", title = "seed_rye", price = 550, stock = 10, picture = "assets/bread.png", text = "seed_rye_text" },
  { sku = "plum", category = "seed_bakery", title = "seed_plum", price = 2900, stock = 1, picture = "assets/cake.png", text = "seed_plum_text" },
  { sku = "tulips", category = "seed_flowers", title = "seed_tulips", price = 790, stock = 12, picture = "assets/tulips.png", text = "seed_tulips_text" },
  { sku = "card", category = "seed_gifts", title = "seed_card", price = 2500, icon = "gift", text = "seed_card_text" },
}
