#!/usr/bin/env bash
# Runs in the stage `testing`; an error fails the build.
set -euo pipefail

jupyter lab --version
jupyterhub-singleuser --version
getent group elevation
mamba run --name insar python -c 'import asf_search, hyp3_sdk, mintpy, rasterio; from osgeo import gdal; print(gdal.__version__)'
