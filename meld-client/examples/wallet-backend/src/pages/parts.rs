//! Parts that several pages have.

use meld_client::chrono::DateTime;

use crate::html::Html;
use crate::session::Session;
use crate::storage::orders::Order;

/// Begins a form with a once-only token. `path` has no data of users.
pub(super) fn form(session: &Session, path: &str) -> Html {
    Html::new("<form method=post action=\"")
        .text(path)
        .raw("\"><input type=hidden name=token value=\"")
        .text(session.form_token())
        .raw("\">")
}

/// Returns an input with its label.
pub(super) fn input(label: &'static str, name: &'static str, value: &str) -> Html {
    let html = Html::new("<label>").text(label).raw("<input required name=").raw(name).raw(" value=\"");
    html.text(value).raw("\"></label>")
}

pub(super) fn hidden(name: &'static str, value: &str) -> Html {
    Html::new("<input type=hidden name=").raw(name).raw(" value=\"").text(value).raw("\">")
}

/// Returns a state, with a color.
pub(super) fn state(state: &str) -> Html {
    Html::new("<span class=\"state ").text(state).raw("\">").text(state).raw("</span>")
}

pub(super) fn amount(amount: Option<&str>, currency: Option<&str>) -> Html {
    match amount {
        Some(amount) => {
            // 2.5 dollars are written as 2.50.
            let is_short = amount.split_once('.').is_some_and(|(_, digits)| digits.len() == 1);
            let html = Html::default().text(amount).raw(if is_short { "0" } else { "" });
            html.raw(" ").text(currency.unwrap_or_default())
        }
        None => Html::new("–"),
    }
}

/// Returns a time to the second.
pub(super) fn time(microseconds: i64) -> String {
    let time = DateTime::from_timestamp_micros(microseconds).unwrap_or_default();
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Returns a table of orders.
pub(super) fn orders(orders: &[Order]) -> Html {
    if orders.is_empty() {
        return Html::new("<p class=note>No orders yet.</p>");
    }
    let html =
        Html::new("<table><thead><tr><th>Time<th>Order<th>Provider<th class=number>Pay<th class=number>Get<th>State");
    let rows = html.raw("</thead><tbody>").each(orders, |html, order| {
        html.raw("<tr><td>")
            .text(time(order.created_at))
            .raw("<td><a href=\"/orders/")
            .text(&order.id)
            .raw("\">")
            .text(order.kind.as_str())
            .raw("</a><td>")
            .text(order.provider.as_deref().unwrap_or("–"))
            .raw("<td class=number>")
            .html(amount(order.source_amount.as_deref(), order.source_currency.as_deref()))
            .raw("<td class=number>")
            .html(amount(order.destination_amount.as_deref(), order.destination_currency.as_deref()))
            .raw("<td>")
            .html(state(order.state.as_str()))
    });
    rows.raw("</tbody></table>")
}
