//! The pages that are decoded, with the fields of real responses and made-up values.

use std::fmt::Write;

/// A generator of pseudo-random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }

    /// Returns an id in the format of the service.
    fn id(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        (0..length).map(|_| LETTERS[self.roll(LETTERS.len() as u64) as usize] as char).collect()
    }

    /// Returns a number with this many decimals.
    fn decimal(&mut self, below: u64, decimals: usize) -> String {
        let mut text = format!("{}.", self.roll(below));
        (0..decimals).for_each(|_| write!(text, "{}", self.roll(10)).unwrap());
        text
    }

    fn date(&mut self) -> String {
        format!("2026-{:02}-{:02}", 1 + self.roll(12), 1 + self.roll(28))
    }

    fn time(&mut self) -> String {
        let (hour, minute, second) = (self.roll(24), self.roll(60), self.roll(60));
        format!("{}T{hour:02}:{minute:02}:{second:02}.{:06}Z", self.date(), self.roll(1_000_000))
    }
}

/// Returns a page of bank transactions.
pub fn transactions(count: usize) -> String {
    let mut dice = Dice(1);
    let rows: Vec<String> = (0..count).map(|_| transaction(&mut dice)).collect();
    format!(r#"{{"financialAccountTransactions":[{}],"count":{count},"remaining":12345}}"#, rows.join(","))
}

fn transaction(dice: &mut Dice) -> String {
    let categories = ["FOOD_AND_DRINK", "TRANSFER", "BILLS", "SHOPPING", "UNCATEGORIZED"];
    let descriptions = ["Uber 063015 SF**POOL**", "Café Bücher \\\"Süd\\\"", "ACH Electronic CreditGUSTO PAY"];
    let external = dice.pick(&["null", "\"testcustomer1\""]);
    let posted = if dice.roll(4) == 0 { "null".to_owned() } else { format!("\"{}T00:00:00Z\"", dice.date()) };
    // Amounts have the decimals that the service sends for money: two, and zeros up to 20.
    let cents = dice.decimal(500, 2);
    let sign = dice.pick(&["", "-"]);
    format!(
        r#"{{"key":"{}","id":"{}","accountId":"{}","customerId":"{}","externalCustomerId":{external},"financialAccountId":"{}","amount":{sign}{cents}000000000000000000,"currency":"USD","description":"{}","category":"{}","transactionDate":"{}","postedDate":{posted},"status":"{}","recurringStatus":{},"connectionIds":["{}"],"serviceProviderDetails":[{}]}}"#,
        dice.id(90),
        dice.id(22),
        dice.id(22),
        dice.id(22),
        dice.id(22),
        dice.pick(&descriptions),
        dice.pick(&categories),
        dice.time(),
        dice.pick(&["POSTED", "PENDING"]),
        dice.pick(&["null", "\"RECURRING\""]),
        dice.id(22),
        provider_record(dice),
    )
}

/// Returns the raw record of a bank transaction.
fn provider_record(dice: &mut Dice) -> String {
    format!(
        r#"{{"serviceProvider":"PLAID","updatedAt":"{}","transaction_id":"{}","amount":{},"pending":false,"location":{{"city":"Boston","lat":{},"store_number":null}},"category":["Travel","Taxi"]}}"#,
        dice.time(),
        dice.id(37),
        dice.decimal(500, 2),
        dice.decimal(90, 6),
    )
}

/// Returns a response with crypto quotes.
pub fn quotes(count: usize) -> String {
    let mut dice = Dice(2);
    let quotes: Vec<String> = (0..count).map(|_| quote(&mut dice)).collect();
    format!(r#"{{"quotes":[{}]}}"#, quotes.join(","))
}

fn quote(dice: &mut Dice) -> String {
    let providers = ["BANXA", "TRANSAK", "BLOCKCHAINDOTCOM", "TOPPER", "UNLIMIT", "NOAH"];
    let methods = ["CREDIT_DEBIT_CARD", "APPLE_PAY", "SEPA"];
    let decimals = 6 + dice.roll(15) as usize;
    let used = if dice.roll(2) == 0 { "null".to_owned() } else { format!("\"{}\"", dice.time()) };
    let without_fees = dice.decimal(100, 2);
    format!(
        r#"{{"transactionType":"CRYPTO_PURCHASE","sourceAmount":100.00,"sourceAmountWithoutFees":{without_fees},"fiatAmountWithoutFees":{without_fees},"destinationAmountWithoutFees":null,"sourceCurrencyCode":"USD","countryCode":"US","totalFee":{},"networkFee":{},"partnerFee":{},"transactionFee":{},"destinationAmount":{},"destinationCurrencyCode":"ETH","exchangeRate":{},"paymentMethodType":"{}","customerScore":{},"serviceProvider":"{}","isNativeAvailable":{},"rampIntelligence":{{"rampScore":{},"lowKyc":{},"previouslyUsed":{used}}}}}"#,
        dice.decimal(10, 2),
        dice.decimal(2, 2),
        dice.roll(3),
        dice.decimal(5, 2),
        dice.decimal(1, decimals),
        dice.decimal(5000, 3),
        dice.pick(&methods),
        dice.decimal(100, 2),
        dice.pick(&providers),
        dice.pick(&["null", "true"]),
        dice.decimal(100, 2),
        dice.pick(&["null", "false", "true"]),
    )
}
