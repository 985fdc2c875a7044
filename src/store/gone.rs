//! Findings whose resource is gone.

use super::error::Inner;
use super::life::Findings;
use super::model::Unlisted;
use super::open::Writing;
use super::rows::RunningScan;
use crate::finding::life::GONE;
use crate::inventory::resource::GLOBAL;
use rusqlite::{Transaction, named_params};

/// The reason of a `*` finding whose type could be listed again.
const LISTED_AGAIN: &str = "the resources could be listed again";

/// Closes the findings of the scan's controls on resources that a complete listing of the scan does not name.
///
/// A finding that another scan evaluated at a later time than this scan's is left alone: that one knows better.
///
/// An account that could not be entered left its `*` findings at `global`, whatever the type's own regions are; any
/// complete listing of the type in that account closes them.
pub(super) fn close(tx: &Writing<'_>, scan: &RunningScan) -> Inner<()> {
    let mut findings = Findings::new(tx, scan)?;
    let mut listings = tx.prepare(
        "SELECT provider, account, region, type FROM listings WHERE scan = :scan AND complete
         ORDER BY provider, account, region, type",
    )?;
    let mut missing = tx.prepare(
        "SELECT f.key, f.resource FROM findings AS f
         WHERE f.provider = :provider AND f.account = :account AND f.type = :type
             AND (f.region = :region AND (f.last_scan <> :scan OR f.resource = :unlisted)
                 OR f.region = :global AND f.resource = :unlisted AND f.last_scan <> :scan)
             AND f.gone_since IS NULL AND f.last_seen <= :now
             AND EXISTS (SELECT 1 FROM scan_controls AS c WHERE c.scan = :scan AND c.control = f.control)
             AND NOT EXISTS (SELECT 1 FROM resources AS r JOIN scan_resources AS s ON s.scan = :scan AND s.resource = r.key
                 WHERE r.provider = f.provider AND r.account = f.account AND r.region = f.region AND r.type = f.type
                     AND r.id = f.resource)
         ORDER BY f.key",
    )?;
    let mut rows = listings.query(named_params! { ":scan": scan.key })?;
    while let Some(listing) = rows.next()? {
        let (provider, account, region, kind): (String, String, String, String) =
            (listing.get(0)?, listing.get(1)?, listing.get(2)?, listing.get(3)?);
        let place = named_params! {
            ":provider": provider, ":account": account, ":region": region, ":type": kind,
            ":now": scan.now, ":scan": scan.key, ":unlisted": Unlisted::ID, ":global": GLOBAL,
        };
        // Read first, then changed: a statement must not walk over what it changes.
        let keys = missing
            .query_map(place, |row| Ok((row.get::<_, i64>(0)?, row.get_ref(1)?.as_str()? == Unlisted::ID)))?
            .collect::<Result<Vec<_>, _>>()?;
        for (finding, unlisted) in keys {
            findings.gone(finding, if unlisted { LISTED_AGAIN } else { GONE })?;
        }
    }
    Ok(())
}

/// A type could be listed after all in this scan: what was said of `*` before an interruption no longer holds.
pub(super) fn forget_unlisted(tx: &Transaction<'_>, scan: i64, listing: &crate::inventory::Listing) -> Inner<()> {
    let place = named_params! {
        ":scan": scan, ":provider": listing.provider, ":account": listing.account, ":region": listing.region,
        ":type": listing.kind, ":id": Unlisted::ID,
    };
    tx.prepare_cached(
        "DELETE FROM scan_verdicts WHERE scan = :scan AND finding IN (SELECT key FROM findings
             WHERE provider = :provider AND account = :account AND region = :region AND type = :type AND resource = :id)",
    )?
    .execute(place)?;
    Ok(())
}
