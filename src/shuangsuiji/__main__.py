"""`python -m shuangsuiji` is the console script."""

from shuangsuiji.cli.main import main

if __name__ == "__main__":
    main()
