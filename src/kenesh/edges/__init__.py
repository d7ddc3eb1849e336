"""The rim: fulfils the ports that the packages below declare. Imported by `kenesh.node` alone."""
