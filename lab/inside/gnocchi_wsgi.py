# /usr/bin/gnocchi-api as Debian ships it, and one call more. SQLAlchemy makes `Metric.resource` when it
# first looks at all mappers, which Gnocchi leaves to the first query: a fresh worker whose first request
# names a metric answers 500. The lab's tests must not depend on which worker was asked what before.
import runpy

import gnocchi.indexer.sqlalchemy_base  # noqa: F401, the mappers
import sqlalchemy.orm

application = runpy.run_path("/usr/bin/gnocchi-api")["application"]
sqlalchemy.orm.configure_mappers()
