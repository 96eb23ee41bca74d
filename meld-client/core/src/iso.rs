//! Codes of currencies (ISO 4217) and countries (ISO 3166-1).
//!
//! The lists are those of January 2026. Currencies that were withdrawn since 2023 are kept, as providers drop them
//! later. Codes of funds, metals and tests are not listed: nothing is paid in them.

// Each code is followed by a space, so that all entries of a list have the same width.

/// The codes of currencies that have two decimals.
const TWO_DECIMALS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL \
    HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR \
    MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ";

/// The codes of currencies that have no decimals.
const NO_DECIMALS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";

/// The codes of currencies that have three decimals.
const THREE_DECIMALS: &str = "BHD IQD JOD KWD LYD OMR TND ";

/// The codes of countries. `XK` (Kosovo) is not assigned, but in general use.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

/// Returns how many decimals amounts of a fiat currency have, or `None` if ISO 4217 has no such code.
#[must_use]
pub fn decimals(currency: &str) -> Option<u32> {
    [(TWO_DECIMALS, 2), (NO_DECIMALS, 0), (THREE_DECIMALS, 3)]
        .into_iter()
        .find_map(|(codes, decimals)| holds::<4>(codes, currency).then_some(decimals))
}

/// Returns `true` if ISO 3166-1 has this code of two letters.
#[must_use]
pub fn is_country(code: &str) -> bool {
    holds::<3>(COUNTRIES, code)
}

/// Returns `true` if a list of codes holds a code. Letter case counts. `WIDTH` is that of an entry: a code and a space.
///
/// Each quote looks up both of its currencies, so that the search is binary and compares entries as words.
fn holds<const WIDTH: usize>(codes: &str, code: &str) -> bool {
    let mut entry = [b' '; WIDTH];
    match entry.split_last_mut() {
        Some((_, letters)) if letters.len() == code.len() => letters.copy_from_slice(code.as_bytes()),
        _ => return false,
    }
    codes.as_bytes().as_chunks().0.binary_search(&entry).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_followed_by_one_space() {
        for (codes, length) in [(TWO_DECIMALS, 3), (NO_DECIMALS, 3), (THREE_DECIMALS, 3), (COUNTRIES, 2)] {
            let list: Vec<&str> = codes.split_terminator(' ').collect();
            assert!(codes.ends_with(' ') && list.is_sorted(), "{codes}");
            for code in list {
                assert_eq!(code.len(), length, "{code}");
                assert!(code.bytes().all(|byte| byte.is_ascii_uppercase()), "{code}");
                assert!(decimals(code).is_some() || is_country(code), "{code}");
            }
        }
        assert_eq!(COUNTRIES.split_terminator(' ').count(), 250);
    }

    #[test]
    fn only_assigned_codes_are_known() {
        for (code, expected) in
            [("USD", Some(2)), ("JPY", Some(0)), ("XOF", Some(0)), ("TND", Some(3)), ("ZWG", Some(2))]
        {
            assert_eq!(decimals(code), expected, "{code}");
        }
        for code in ["BTC", "usd", "US", "USDC", "", "SD ", "XAU", "XXX", "D A"] {
            assert_eq!(decimals(code), None, "{code}");
        }
        for (code, expected) in [("US", true), ("XK", true), ("UK", false), ("us", false), ("S ", false)] {
            assert_eq!(is_country(code), expected, "{code}");
        }
    }
}
