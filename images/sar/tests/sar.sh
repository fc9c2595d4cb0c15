#!/usr/bin/env bash
# Runs in the stage `testing`; an error fails the build and nothing is pushed.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

# A user's home is a volume: what the image needs must not be in the image's own home.
home_kib=$(du --summarize --block-size=1K /home/jovyan | cut --fields=1)
((home_kib < 1024)) || fail "/home/jovyan holds $home_kib KiB, which the home volume hides."
HOME=$(mktemp --directory)
export HOME
cd "$HOME"

# The hub starts servers as this user, and gives some of them the group `elevation`.
[[ $(id --user):$(id --group) == 1000:100 ]] || fail "The user is $(id)."
[[ $(getent group elevation) == elevation:x:599:* ]] || fail 'There is no group elevation with the id 599.'
! sudo --non-interactive true 2>/dev/null || fail 'Every user may become root.'

# The hub refuses servers of another major version.
[[ $(jupyterhub-singleuser --version) == 5.* ]] || fail "jupyterhub-singleuser is $(jupyterhub-singleuser --version)."
[[ $(jupyter lab --version) == 4.* ]] || fail "JupyterLab is $(jupyter lab --version)."
bash -ic 'conda activate base && [[ $CONDA_DEFAULT_ENV == base ]]' || fail 'Terminals cannot activate environments.'


# Tools beside Python.
for tool in aws git gitpuller java snaphu gfortran tcsh jq rsync; do
  command -v "$tool" >/dev/null || fail "There is no $tool."
done

# What was downloaded to be installed is not part of the image.
cache_mib=$(du --summarize --block-size=1M "$CONDA_DIR/pkgs" | cut --fields=1)
((cache_mib < 100)) || fail "$CONDA_DIR/pkgs still holds $cache_mib MiB."

python /tests/start_lab.py
extensions=$(jupyter server extension list 2>&1)
for extension in nbgitpuller jupyterlab_git jupyter_resource_usage; do
  grep --quiet "$extension .*OK" <<<"$extensions" || fail "JupyterLab does not load $extension."
done

python /tests/run_kernel.py python3 'import boto3, dask.distributed, ipympl, url_widget'
python /tests/run_kernel.py rtc '
import asf_search, geopandas, hyp3_sdk, opensarlab_lib, rasterio, rioxarray, skimage, xarray
from osgeo import gdal, osr
gdal.UseExceptions()
assert gdal.GetDriverByName("netCDF") and gdal.GetDriverByName("HDF5")
osr.SpatialReference().ImportFromEPSG(32605)
'
python /tests/run_kernel.py insar '
import shutil
import subprocess
import asf_search, hyp3_sdk, isce, mintpy, rasterio
from osgeo import gdal
gdal.UseExceptions()
assert gdal.GetDriverByName("netCDF") and gdal.GetDriverByName("HDF5")
for command in (["smallbaselineApp.py", "--version"], ["topsApp.py", "--help", "--steps"], ["gdalinfo", "--version"]):
    assert shutil.which(command[0]), command[0]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
'
bash -ic 'conda activate insar && smallbaselineApp.py --version' || fail 'Terminals cannot use the environment insar.'
