-- Amounts as the client draws them in ui.money, for the languages that it speaks: Russian, and English for all others.
local host = ...

local find, gsub, match, reverse, sub = string.find, string.gsub, string.match, string.reverse, string.sub
local gmatch, lower = string.gmatch, string.lower

local FIXED_SPACE <const> = "\u{A0}"

-- The narrow symbols of CLDR. Other currencies go by their codes.
local symbols = {}
for symbol, codes in gmatch([[
  $=ARS,AUD,BBD,BMD,BND,BSD,BZD,CAD,CLP,COP,CUP,DOP,FJD,GYD,HKD,JMD,KYD,LRD,MXN,NAD,NZD,SBD,SGD,SRD,TTD,USD,UYU,XCD
  €=EUR £=FKP,GBP,GIP,SHP,SSP,SYP ¥=CNY,JPY ₽=RUB ₴=UAH ₸=KZT ₹=INR ₩=KPW,KRW ₪=ILS ₺=TRY ₫=VND ₦=NGN ₱=PHP ₭=LAK ₮=MNT ₼=AZN ֏=AMD
  ؋=AFN ৳=BDT ₡=CRC ₲=PYG ៛=KHR ฿=THB R$=BRL E£=EGP L£=LBP C$=NIO T$=TOP GH₵=GHS kr=DKK,ISK,NOK,SEK Kč=CZK zł=PLN Ft=HUF KM=BAM
  Kz=AOA Bs=BOB P=BWP FG=GNF Q=GTQ L=HNL Rp=IDR CF=KMF Rs=LKR,MUR,NPR,PKR Ar=MGA K=MMK RM=MYR RF=RWF Db=STN FCFA=XAF CFPF=XPF R=ZAR ZK=ZMW]],
  "(%S+)=(%S+)") do
  for code in gmatch(codes, "%u+") do symbols[code] = symbol end
end

local money = {}

--- `plain` is the amount as stoa.payments.format writes it, such as "-1234.50 RUB".
function money.shown(plain, language)
  local sign, whole, rest, code = match(plain, "^(%-?)(%d+)(%.?%d*) (%u+)$")
  local symbol = symbols[code] or code
  local is_russian = find(lower(language), "^ru%f[%W]") ~= nil
  local grouped = reverse((gsub(reverse(whole), "(%d%d%d)", "%1,")))
  if sub(grouped, 1, 1) == "," then grouped = sub(grouped, 2) end
  if is_russian then
    return sign .. gsub(grouped, ",", FIXED_SPACE) .. gsub(rest, "%.", ",") .. FIXED_SPACE .. symbol
  end
  -- Letters keep away from the number.
  local is_word = find(symbol, "%a$") or symbol == "Kč" or symbol == "zł"
  return sign .. symbol .. (is_word and FIXED_SPACE or "") .. grouped .. rest
end

host.money = money
