// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use api::network_partner::{Client, builder, types};

impl NetworkPartnerClient for Client {
    type Search = builder::FindSupportedRoutes;
}

impl NetworkPartners for Client {
    fn search(&self, category: &str, country_code: String, (source, destination): (String, String)) -> Self::Search {
        self.find_supported_routes()
            .category(category)
            .country_code(country_code)
            .source_currency_code(source)
            .destination_currency_code(destination)
    }
}

impl Route for types::SupportedRoute {
    type Method = types::RoutePaymentMethod;

    fn payment_methods(&self) -> &[Self::Method] {
        &self.payment_methods
    }
}

impl PaymentMethod for types::SupportedPaymentMethod {
    fn id(&self) -> Option<&str> {
        self.method.as_deref()
    }
}

impl PaymentMethod for types::RoutePaymentMethod {
    fn id(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl RouteMethod for types::RoutePaymentMethod {
    fn limits(&self) -> Option<Limits<'_>> {
        let limits = self.limits.as_ref()?;
        Some((limits.currency_code.as_deref(), limits.min, limits.max))
    }
}
