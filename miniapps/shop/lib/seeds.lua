-- What is on the shelf at first. The owner's page changes it and adds to it; what was changed there lies in the store.
return {
  { sku = "coffee", category = "Drinks", title = "Coffee, 250 g", price = 899, stock = 30, picture = "assets/coffee.png",
    text = "Roasted last week, from small farms. Tastes of chocolate and a little of orange." },
  { sku = "juice", category = "Drinks", title = "Apple juice, 1 l", price = 249, stock = 40, picture = "assets/juice.png",
    text = "Pressed from old sorts of apples, nothing added." },
  { sku = "rye", category = "Bakery", title = "Rye bread", price = 550, stock = 10, picture = "assets/bread.png",
    text = "A whole loaf, baked this morning with sourdough." },
  { sku = "plum", category = "Bakery", title = "Plum cake", price = 2900, stock = 1, picture = "assets/cake.png",
    text = "A whole one, for twelve people or for four hungry ones." },
  { sku = "tulips", category = "Flowers", title = "Tulips, a bunch", price = 790, stock = 12, picture = "assets/tulips.png",
    text = "Ten of them, in mixed colours." },
  { sku = "card", category = "Gifts", title = "Gift card", price = 2500, icon = "gift",
    text = "For somebody who knows better what they like." },
}
